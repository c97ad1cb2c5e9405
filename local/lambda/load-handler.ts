import { existsSync } from "node:fs";
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

const extensions = [".mjs", ".js", ".cjs"];

/**
 * Loads the handler `index.handler` or `folder/index.exported.handler`.
 * @throws RuntimeError with the names and texts of AWS's runtime
 */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const [, module, path] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(name) ?? [];
  if (!module || !path) throw new RuntimeError("MalformedHandlerName", "Bad handler");
  const handler = path.split(".").reduce(memberOf, await importModule(root, module));
  if (typeof handler !== "function") {
    throw new RuntimeError("HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (handler.length > 2) throw new RuntimeError("CallbackHandlerDeprecated", callbackMessage);
  return handler as Handler;
}

/** AWS counts the parameters: with a third one it is a callback handler, which Node 24 does not support. */
const callbackMessage =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later.";

async function importModule(root: string, module: string): Promise<unknown> {
  const file = extensions.map((extension) => join(root, `${module}${extension}`)).find((path) => existsSync(path));
  if (!file) throw new RuntimeError("ImportModuleError", `Error: Cannot find module '${module}'`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (thrown) {
    throw importError(thrown);
  }
}

/** An error that the module throws while loading is kept; errors of the loader itself get AWS's names. */
function importError(thrown: unknown): unknown {
  if (thrown instanceof SyntaxError) return new RuntimeError("UserCodeSyntaxError", String(thrown), thrown);
  const { code } = asError(thrown) as NodeJS.ErrnoException;
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  return isMissing ? new RuntimeError("ImportModuleError", String(thrown), thrown) : thrown;
}

function memberOf(parent: unknown, name: string): unknown {
  return (parent as Record<string, unknown> | undefined)?.[name];
}
