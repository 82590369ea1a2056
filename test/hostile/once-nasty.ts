/** Documents that took seconds, or all memory, to plan; `round` makes another one of each. */
export const onceNasty: Readonly<Record<string, (round: number) => string>> = {
  'an interface within itself': operation(within(['oneNode(id: 1)', ...times(4, 'next')], 'name')),
  'an interface, a union and a type that three subgraphs share': operation(
    within(
      ['oneNode(id: 1)', 'related', 'next', 'user', 'ofUser', 'match', '... on Product', 'related'],
      'user { id }',
    ),
  ),
  'interfaces and unions in turn': operation(
    within(
      [
        ...['oneNode(id: 1)', 'match', '... on Review', 'next', 'match', '... on Node'],
        ...['match', '... on Product', 'oneNext'],
      ],
      'id',
    ),
  ),
  'an interface within itself, then a union and a list': operation(
    within(
      ['oneNode(id: 1)', '... on Review', ...times(3, 'next'), 'match', '... on Review', 'related'],
      '__typename',
    ),
  ),
  'a list of an interface between unions': operation(
    within(
      ['threeMatches', '... on User', 'user', 'threeNext', 'related', 'match', '... on Match'],
      '__typename',
    ),
  ),
  'a union within itself, and a way from one subgraph to another and back': operation(
    within(
      [
        'threeNode(id: 1)',
        ...times(3, ['match', '... on Product']).flat(),
        ...['threeNext', 'user', 'twoNext', 'user', 'user', 'oneNext'],
      ],
      'id',
    ),
  ),
};

function operation(selections: string): (round: number) => string {
  return (round) => `query N${round} { ${selections} }`;
}

function within(levels: readonly string[], innermost: string): string {
  return levels.reduceRight((inside, level) => `${level} { ${inside} }`, innermost);
}

function times<Item>(count: number, item: Item): readonly Item[] {
  return Array.from({ length: count }, () => item);
}
