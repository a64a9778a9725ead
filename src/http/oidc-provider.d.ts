/** What the development provider uses of oidc-provider, which has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Context {
    body: unknown;
    type: string;
    oidc: {
      provider: { Grant: new (fields: { clientId: string; accountId: string }) => Grant };
      client: { clientId: string };
      session: { accountId: string };
    };
  }

  export interface Configuration {
    clients: readonly Record<string, unknown>[];
    jwks: { keys: readonly Record<string, unknown>[] };
    cookies: { keys: readonly string[] };
    claims: Record<string, readonly string[] | null>;
    acrValues: readonly string[];
    ttl: Record<string, number>;
    interactions: { url(ctx: Context, interaction: { uid: string }): string };
    findAccount(
      ctx: Context,
      id: string,
    ): { accountId: string; claims(): Record<string, unknown> & { sub: string } };
    loadExistingGrant(ctx: Context): Promise<Grant>;
    conformIdTokenClaims?: boolean;
    renderError(ctx: Context, out: { error: string; error_description?: string }): void;
    features: Record<string, Record<string, unknown>> & {
      rpInitiatedLogout: {
        enabled: true;
        logoutSource(ctx: Context, form: string): void;
        postLogoutSuccessSource(ctx: Context): void;
      };
    };
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): RequestListener;
    interactionDetails(
      req: IncomingMessage,
      res: ServerResponse,
    ): Promise<{ uid: string; params: Record<string, unknown> }>;
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: { login: { accountId: string; remember: boolean; acr?: string } },
    ): Promise<void>;
  }
}
