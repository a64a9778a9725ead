/** What the bundler takes in besides TypeScript. */
declare module '*.css';
