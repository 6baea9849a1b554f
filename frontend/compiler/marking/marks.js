// Writes into each element where it comes from, when asked by who keeps the page:
// `path:line:column:index` of its own source and of the components that it is the root of, the
// outermost last; `index` is its place among what stands beside it. Lines and columns from 1.
const ATTRIBUTE = "data-mockwright-source";

export function markElements(find) {
  document.addEventListener("mockwright-mark", () => {
    for (const [element, places] of find())
      element.setAttribute(
        ATTRIBUTE,
        places
          .map(([path, ...numbers]) => [encodeURIComponent(path), ...numbers].join(":"))
          .join(" "),
      );
  });
}
