
function showAddressed() {
  const named = location.hash.slice(1).split("+").filter((id) => byId(id)?.matches("[data-part]"));
  shown.clear();
  named.forEach((id) => shown.add(id));
  update();
}
addEventListener("hashchange", showAddressed);
showAddressed();
