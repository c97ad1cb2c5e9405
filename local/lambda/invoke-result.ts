/** Why an invocation failed, in the fields that AWS answers with. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  /** The lines of the stack, where the handler's own code threw. */
  trace?: string[];
}

export type InvokeResult = { ok: true; result: unknown } | { ok: false; error: FunctionError };

export function failed(errorType: string, errorMessage: string): InvokeResult {
  return { ok: false, error: { errorType, errorMessage } };
}
