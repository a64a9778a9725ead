/** The constraint `pattern`: an expression from a description, compiled once, in time linear in the cell. */
import { RE2JS } from 're2js';

/** Longer expressions, or ones that unfold to more steps, are not followed: each step may be tried at every byte. */
const maxChars = 2000;
const maxSteps = 10_000;

/**
 * The test of a whole value, as XML Schema has it (`^` and `$` may stand at the ends all the same). Undefined for what the
 * linear-time engine cannot follow: references back, looking ahead or behind, and what is no expression at all.
 */
export function compilePattern(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > maxChars) return undefined;
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > maxSteps) return undefined;
    return (text) => compiled.testExact(text);
  } catch {
    return undefined;
  }
}
