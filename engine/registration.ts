import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { resources } from "./protocol.ts";
import { fromWire } from "./values.ts";

/** The registration of one resource of the program. */
export interface Registration {
  type: string;
  name: string;
  urn: string;
  /** The parent's urn; undefined for the stack itself. */
  parent: string | undefined;
  /** True: a resource of a provider. False: a component. */
  custom: boolean;
  /** True: a component that its provider builds (`awsx`). Its children are not registered. */
  remote: boolean;
  /** Plain values: secrets unwrapped, assets and archives as data, `unknownValue` for what a preview cannot know. */
  inputs: Record<string, unknown>;
  /** Paths of the secrets within `inputs`, such as `environment.variables.TOKEN` or `keys[0]`. */
  secretPaths: string[];
  /** Urns of the resources that must exist first, because of an input or `dependsOn`. */
  dependencies: string[];
  /** The dependencies of each input. */
  propertyDependencies: Record<string, string[]>;
  options: RegistrationOptions;
  /** The explicit provider as `urn::id`. */
  provider: string | undefined;
  /** The explicit providers that a component passes to its children, by package. */
  providers: Record<string, string>;
  /** `file:line:column` of the `new` expression, relative to the project. */
  sourcePosition?: string;
}

/** The options that the laptop and the rules of `infra` read. The others concern updates only, and every run here creates anew. */
export interface RegistrationOptions {
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  customTimeouts: { create?: string; update?: string; delete?: string };
}

/** Creates the resources of a program. */
export interface Provider {
  /**
   * Creates one resource, or a remote component with its children. Not called in a preview. The id of a remote component
   * has no meaning. `signal` aborts when the run fails or is stopped during this call.
   */
  create(registration: Registration, signal: AbortSignal): Promise<{ id: string; outputs: Record<string, unknown> }>;
  /** Calls a function such as `aws:ssm/getParameter:getParameter`, also in a preview. */
  invoke(token: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>>;
}

/** Reads the request of the program's SDK; source positions are relative to the project, assets to the program. */
export function readRegistration(
  request: resources.RegisterResourceRequest,
  urn: string,
  directories: { project: string; program: string },
): Registration {
  const secretPaths: string[] = [];
  const reading = { directory: directories.program, onSecret: (path: string) => secretPaths.push(path) };
  const inputs = fromWire(request.getObject()?.toJavaScript() ?? {}, reading);
  const sourcePosition = readSourcePosition(request, directories.project);
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent() || undefined,
    custom: request.getCustom(),
    remote: request.getRemote(),
    inputs: inputs as Record<string, unknown>,
    secretPaths,
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([key, urns]) => [key, urns.getUrnsList()]),
    ),
    options: readOptions(request),
    provider: request.getProvider() || undefined,
    providers: Object.fromEntries(request.getProvidersMap().entries()),
    ...(sourcePosition && { sourcePosition }),
  };
}

/** Describes a resource for messages: its type, its name and, if known, its position in the program. */
export function describe(registration: Pick<Registration, "type" | "name" | "sourcePosition">): string {
  const where = registration.sourcePosition ? ` (${registration.sourcePosition})` : "";
  return `${registration.type} "${registration.name}"${where}`;
}

function readOptions(request: resources.RegisterResourceRequest): RegistrationOptions {
  const timeouts = request.getCustomtimeouts();
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    customTimeouts: withoutEmpty({
      create: timeouts?.getCreate(),
      update: timeouts?.getUpdate(),
      delete: timeouts?.getDelete(),
    }),
  };
}

/** Protobuf has no absent strings: an empty one means that the program set none. */
function withoutEmpty<Fields extends Record<string, string | boolean | undefined>>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as ReturnType<
    typeof withoutEmpty<Fields>
  >;
}

/**
 * The SDK prefixes the `file:///a/b.ts` of an ES module with a directory, hence lastIndexOf. It gives no position for the
 * top level of a module. Positions within packages are left out.
 */
function readSourcePosition(request: resources.RegisterResourceRequest, directory: string): string | undefined {
  const position = request.getSourceposition();
  const uri = position?.getUri();
  if (!position || !uri?.startsWith("file:") || uri.includes("/node_modules/")) return undefined;
  const file = fileURLToPath(uri.slice(uri.lastIndexOf("file:")));
  return `${relative(directory, file)}:${position.getLine()}:${position.getColumn()}`;
}
