/** What the page reads of the API. */

/** A place to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** GET /api/v1/status */
export interface ServiceStatus {
  readonly service: 'datasluse';
  readonly version: string;
  /** The server's clock, RFC 3339. */
  readonly time: string;
  readonly ready: boolean;
  readonly doors: {
    /** The fingerprint is written as OpenSSH shows it: `SHA256:` and base64. */
    readonly sftp: Address & { readonly hostKeyFingerprint: string };
    readonly http: Address;
  };
  /** The path of the keys that verify receipts. */
  readonly receiptKeys: string;
}

/** Problem details, RFC 9457, as every refusal of the API is written. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
}
