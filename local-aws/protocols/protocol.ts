import type { AwsError } from '../core/aws-error';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Record<string, string | undefined>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** The operation that a request asks for. */
export interface ParsedRequest {
  readonly operation: string;
  readonly input: Record<string, any>;
}

/** Translates requests and answers of a service from and to HTTP. */
export interface Protocol {
  /** The name of the error for a value of a wrong type. */
  readonly malformed: string;
  /** Whether scalars come as texts, and stay so. */
  readonly textual?: boolean;
  /** Undefined if the request is for no operation that the service has. */
  parse(request: HttpRequest): ParsedRequest | undefined;
  success(operation: string, output: any, requestId: string): HttpResponse;
  failure(error: AwsError, requestId: string): HttpResponse;
}
