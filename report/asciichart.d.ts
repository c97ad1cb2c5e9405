declare module "asciichart" {
  /** Draws series with a common scale, one line of text per row. */
  export function plot(
    series: readonly (readonly number[])[],
    settings: {
      height: number;
      min?: number;
      max?: number;
      colors?: readonly string[];
      format?(value: number): string;
    },
  ): string;
  export const cyan: string;
  export const yellow: string;
  export const magenta: string;
}
