// Chooses the option of these words in the list at a place, as a person does. Isolated world.
(x, y, words) => {
  const plain = (text) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  const list = document.elementFromPoint(x, y)?.closest('select');
  const options = [...(list?.options ?? [])];
  const option = options.find(({ text }) => plain(text) === plain(words));
  if (!option) return false;
  list.focus();
  list.value = option.value;
  for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
  return true;
}
