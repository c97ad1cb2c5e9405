import { expect, it } from "vitest";
import { chooseExcess } from "./choose-excess.ts";
import { isProtected, protect } from "./protection.ts";

it("protects for two hours unless another time is asked for, and not a moment longer", () => {
  expect(isProtected(protect(1_000), 1_000 + 120 * 60_000 - 1)).toBe(true);
  expect(isProtected(protect(1_000), 1_000 + 120 * 60_000)).toBe(false);
  expect(isProtected(protect(1_000, 1), 1_000 + 60_000)).toBe(false);
  expect(isProtected(undefined, 1_000)).toBe(false);
});

it.each([
  [0, []],
  [1, ["d"]],
  [2, ["c", "d"]],
  [3, ["a", "c", "d"]],
  [4, ["a", "c", "d"]],
])("chooses the %i newest that are not protected", (excess, expected) => {
  const tasks = [
    { id: "a" },
    { id: "b", protection: { expiresAt: 2 } },
    { id: "c", protection: { expiresAt: 1 } },
    { id: "d" },
  ];

  expect(chooseExcess(tasks, excess, 1).map(({ id }) => id)).toEqual(expected);
});
