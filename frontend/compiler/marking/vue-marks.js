// Finds what Vue has drawn: the compiler puts a place into `ref_key`, which Vue keeps and no element
// gets.
import { markElements } from "mockwright/marks";

function* placed(vnode, index, around) {
  if (!vnode || typeof vnode !== "object") return;
  const place = vnode.props?.ref_key?.split?.("\n");
  const places = place ? [[...place, index], ...around] : around;
  if (vnode.component) {
    yield* placed(vnode.component.subTree, 0, places);
    return;
  }
  const isElement = typeof vnode.type === "string";
  if (isElement && place) yield [vnode.el, places];
  if (Array.isArray(vnode.children))
    for (const [at, child] of vnode.children.entries())
      yield* placed(child, at, isElement ? [] : around);
}

markElements(() =>
  [...document.querySelectorAll("*")].flatMap((root) => [...placed(root._vnode, 0, [])]),
);
