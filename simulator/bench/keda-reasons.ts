/** Why tuned KEDA is cheaper or sooner on a list than we are, by the list's name. */
export const kedaReasons: Readonly<Record<string, string>> = {};
