// Elements without markup: text is always text.

/** An element with properties, attributes (null leaves one out) and children (text or elements). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') made.className = value;
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
}

/** Shows the text unless it is there already, so that selections and readers are not disturbed. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
