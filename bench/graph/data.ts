/** Who writes reviews. */
export const users = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn'].map((name, index) => ({
  id: `${index + 1}`,
  name: `${name} Example`,
  username: name.toLowerCase(),
  birthday: `199${index}-04-0${index + 1}`,
}));

const names = ['Table', 'Couch', 'Chair', 'Lamp', 'Shelf', 'Desk', 'Stool', 'Bench', 'Rug'];

/** A product of any number; the first nine have names of their own. */
export function product(number: number) {
  const name = names[number - 1] ?? `Article ${number}`;
  return { upc: `${number}`, name, price: 100 + ((number * 337) % 1_200), weight: 40 + number };
}

const sentence = 'It came in time, it looks as it did in the picture, and it has not broken yet. ';

/** The product of each review and the length of its text: repeated entities, and long strings. */
const written = [
  [1, 446],
  [1, 290],
  [1, 277],
  [1, 146],
  [2, 446],
  [2, 290],
  [2, 277],
  [2, 146],
  [3, 146],
  [4, 146],
  [4, 860],
] as const;

/** All reviews, each by the first user. */
export const reviews = written.map(([number, length], index) => ({
  id: `${index + 1}`,
  body: sentence.repeat(12).slice(0, length),
  product: { upc: `${number}` },
  author: author(),
}));

/** The author as the reviews know them. */
export function author() {
  return { id: '1', username: 'ada' };
}
