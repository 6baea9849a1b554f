/** Lines of a file to be shown; `at` is new with each wish, so that the same can be shown twice. */
export interface CodePlace {
  path: string;
  first: number;
  last: number;
  at: number;
}
