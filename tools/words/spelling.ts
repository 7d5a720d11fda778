import type { Rule } from './rule.ts'

// Stems, so that names in the code are found too: `drawColour`, `behaviourOf`.

/** British spellings. */
export const spelling: readonly Rule[] = [
  {
    avoid: /(behavi|col|fav|flav|harb|hon|lab|neighb|rum)our/,
    write: '-or',
    wrong: ['drawColour'],
  },
  { avoid: /\bcentre[ds]?\b/, write: 'center', wrong: ['centred'] },
  { avoid: /\b(licen|defen|offen|preten)ce\b/, write: '-se', wrong: ['the licence'] },
  { avoid: /analys(e|es|ed|ing)\b/, write: 'analyze', wrong: ['analysed'], right: ['analysis'] },
  { avoid: /\bgrey/, write: 'gray', wrong: ['greyed'] },
  { avoid: /\b(whilst|amongst)\b/, write: 'while, among', wrong: ['whilst it runs'] },
  { avoid: /\b(learnt|spelt|burnt)\b/, write: '-ed', wrong: ['what you learnt'] },
  { avoid: /\bartefact/, write: 'artifact', wrong: ['artefacts'] },
  { avoid: /\bprogrammes?\b/, write: 'program', wrong: ['the programme'] },
  { avoid: /\bfulfils?\b/, write: 'fulfill', wrong: ['it fulfils it'], right: ['fulfilled'] },
  {
    avoid: /(label|model|signal|travel|tunnel|level|channel)l(ed|ing)\b/,
    write: 'a single l',
    wrong: ['labelled'],
  },
  {
    // RabbitMQ's management API spells some names and error texts in British English.
    avoid:
      /(?<!not_|consumer_|\bun)(?!authorised to access|recognised policy)(author|categor|custom|emphas|final|general|initial|maxim|minim|normal|optim|organ|priorit|real|recogn|serial|special|standard|summar|synchron|util|visual)is(e|ed|er|es|ing|ation)\b/,
    write: '-ize',
    wrong: ['serialised', 'the initialisation'],
    right: [
      'realistic',
      'an optimist',
      'not_authorised',
      'consumer_utilisation',
      'User not authorised to access object',
      'are not recognised policy settings',
      "apply-to 'zz' unrecognised",
    ],
  },
]
