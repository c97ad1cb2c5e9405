import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { asError } from "../../runtime/errors.ts";

/** An error of the runtime rather than of the handler's code, under AWS's name for it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = `Runtime.${name}`;
  }
}

export type Handler = (event: unknown, context: object) => unknown;

/**
 * Loads the handler of a name such as `index.handler`: an export of the ES module `index.mjs`.
 * @throws RuntimeError with the names and texts of AWS's runtime
 */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const [, module, path] = /^([^./]+)\.([^.]+)$/.exec(name) ?? [];
  if (!module || !path) throw new RuntimeError("MalformedHandlerName", "Bad handler");
  const { [path]: handler } = await importModule(join(root, `${module}.mjs`));
  if (typeof handler !== "function") {
    throw new RuntimeError("HandlerNotFound", `${name} is undefined or not exported`);
  }
  return handler as Handler;
}

/** An error that the module throws while loading is kept; a module that cannot be found gets AWS's name for that. */
async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (thrown) {
    const { code } = asError(thrown) as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND") throw thrown;
    throw new RuntimeError("ImportModuleError", String(thrown), thrown);
  }
}
