
function showAddressed() {
  const isPart = (id) => id.startsWith("theme-") || byId(id)?.matches("[data-part]");
  const named = location.hash.slice(1).split("+").filter(isPart);
  shown.clear();
  named.forEach((id) => shown.add(id));
  update();
}
addEventListener("hashchange", showAddressed);
showAddressed();
