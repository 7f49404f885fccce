/** How AWS refused a call. */
export interface Refusal {
  readonly name: string;
  readonly status?: number;
  readonly message: string;
}

/** How a call was refused; undefined if it succeeded. Throws what is not an answer of AWS, or says that the local AWS lacks the operation. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await call;
    return undefined;
  } catch (thrown) {
    const error = thrown as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
    const status = error.$metadata?.httpStatusCode;
    if (status === undefined || status >= 500) throw error;
    return { name: error.code ?? error.name, status, message: error.message };
  }
}
