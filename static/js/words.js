// Sentences that scripts show, in the reader's language: the page brings them in a template, see components/words.html.
const given = () => document.getElementById("words")?.content ?? document.createDocumentFragment();

export function words(key, values = {}) {
  const text = given().querySelector(`[data-key="${key}"]`)?.textContent ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
