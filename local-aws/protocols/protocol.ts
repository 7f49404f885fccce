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

/** Translates requests and answers of a service from and to HTTP. */
export interface Protocol {
  /** The operation that a request asks for; undefined if it is none that the service has. */
  parse(request: HttpRequest): { operation: string; input: Record<string, any> } | undefined;
  success(operation: string, output: any, requestId: string): HttpResponse;
  failure(error: AwsError, requestId: string): HttpResponse;
}
