// React's runtime, where each element keeps the place of the source that writes it.
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { markElements } from "mockwright/marks";

const PLACE = Symbol("place"); // no attribute: React hands it to nobody
const HOST = 5; // the tag of a fiber that has an element of its own

export { Fragment };

export function jsxDEV(type, props, key, isStatic, source) {
  const element = (isStatic ? jsxs : jsx)(type, props, key);
  if (source)
    element.props[PLACE] = [
      source.fileName.replace(/^\w+:/, ""),
      source.lineNumber,
      source.columnNumber,
    ];
  return element;
}

function placesOf(element) {
  const key = Object.keys(element).find((name) => name.startsWith("__reactFiber$"));
  const places = [];
  for (let fiber = element[key]; fiber; fiber = fiber.return) {
    if (fiber.tag === HOST && fiber.stateNode !== element) break;
    const place = fiber.memoizedProps?.[PLACE];
    if (place) places.push([...place, fiber.index]);
  }
  return places;
}

markElements(() => {
  const marked = [...document.querySelectorAll("*")].map((one) => [one, placesOf(one)]);
  return marked.filter(([, places]) => places.length > 0);
});
