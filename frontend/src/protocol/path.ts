// Where the interface is on its origin: behind a reverse proxy it may be below a path, as the server writes
// into the page. Addresses that the server sends have it already; those that are made here get it.

const given = (): string =>
  typeof document === "undefined"
    ? ""
    : (document.querySelector<HTMLMetaElement>('meta[name="app-path"]')?.content ?? "");

export const APP_PATH = given();

/** The address of `path`, which begins with a slash, on this origin. */
export const addressOf = (path: string): string => APP_PATH + path;

/** What `pathname` is below the path of the interface; undefined where it is not below it. */
export function pathBelow(pathname: string, appPath: string = APP_PATH): string | undefined {
  if (pathname === appPath) return "/";
  return pathname.startsWith(`${appPath}/`) ? pathname.slice(appPath.length) : undefined;
}
