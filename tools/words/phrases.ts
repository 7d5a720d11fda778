import type { Rule } from './rule.ts'

/** Words and phrases for which there is a plainer or a more precise one. */
export const phrases: readonly Rule[] = [
  { avoid: /\bmend(s|ed|ing)?\b/, write: 'fix', wrong: ['what mends it', 'Mend the link'] },
  { avoid: /\bamiss\b/, write: 'wrong', wrong: ['what is amiss'] },
  {
    avoid: /\bnot in order\b(?! (of|by)\b)/,
    write: 'wrong, out of order',
    wrong: ['your machine is not in order'],
    right: ['they arrive not in order of age'],
  },
  {
    avoid: /\bin good order\b|\ba good end\b|\bends? well\b/,
    write: 'gracefully, exits with code 0',
    wrong: ['/** Stops the broker in good\n * order. */', 'It must end well.'],
  },
  {
    avoid: /(?<!\bhand )\bin hand\b/,
    write: 'in progress, unacknowledged, unacked',
    wrong: ['finishing what is in hand', '# the message in\n# hand', '  // is in\n  // hand'],
    right: ['they go hand in hand', 'in handlers'],
  },
  { avoid: /\bby way of\b/, write: 'through, via', wrong: ['by way of another node'] },
  { avoid: /\bbesides\b/, write: 'also', wrong: ['what goes on besides'] },
  {
    avoid: /\bbeside\b/,
    write: 'next to, alongside, compared with, in addition to',
    wrong: ['shared beside amqplib', 'a consumer beside an exclusive one'],
  },
  {
    avoid: /\b(take|takes|took|taking) (no )?part\b(?! of)/,
    write: 'is included, does not support this',
    wrong: ['pika takes part', 'it takes\nno part'],
    right: ['take part of the load'],
  },
  {
    avoid: /\b(hears?|heard|hearing) (of|nothing|no more)\b/,
    write: 'is notified, learns, gets no answer',
    wrong: ['it hears of the loss', 'the client hears nothing'],
  },
  {
    avoid: /\btells? (of|so)\b|\b(is|are|be|was|were) told of\b/,
    write: 'reports, emits, names',
    wrong: ['the error that tells of it', 'the queue tells so', 'Node was told of it'],
    right: ['it tells two lists apart', 'they are told apart'],
  },
  {
    avoid: /\bsa(y|ys|id) of\b/,
    write: 'says about',
    wrong: ['what a page says of RabbitMQ', 'is said of it'],
  },
  {
    avoid: /\b(whoever|whomever)\b/,
    write: 'a client that ..., anyone who ..., the next consumer',
    wrong: ['the broker keeps it for whoever comes'],
  },
  {
    avoid: /\b(for|to|of|by) who\b|\bwho does not\b/,
    write: 'for a client that ..., for anyone who ...',
    wrong: ['one, for who never reconnects', 'to who asked', 'Who does not ack gets it again'],
    right: ['the consumer whose turn it is'],
  },
  {
    avoid: /\bsomebody\b/,
    write: 'someone, another client, a consumer',
    wrong: ["somebody else's message", 'where somebody consumes'],
  },
  {
    avoid: /\bnobody (is|was) there\b/,
    write: 'no queue is bound, no consumer is running',
    wrong: ['nobody is there for exchange "logs"'],
  },
  {
    avoid:
      /\bwhat (waits|comes(?! (next|after|before|first)\b)|there (is|are|was|were)|(is|are|was|were) there)\b/,
    write: 'waiting messages, new messages, existing queues',
    wrong: [
      'deletes what waits',
      'it drops what\n// comes',
      'what there is',
      'what is there already',
    ],
    right: ['here is what comes next', 'what comes after it works'],
  },
  {
    avoid:
      /\bwhat is (durable|transient|parked|unconfirmed|unacknowledged|unacked|unsettled|ready)\b/,
    write: 'durable queues, unconfirmed messages, ...',
    wrong: ['what is durable outlives it', 'requeues what is unsettled'],
  },
  {
    avoid: /\bways? of \w+ing\b|\bin (two|three|four|five) ways\b/,
    write: 'a strategy, a method, how to ...',
    wrong: ['a way of publishing', 'publishing in three ways'],
  },
  {
    avoid:
      /\bthe end of (a|the|its|this) (client|consumer|process|producer|program|server|worker)\b/,
    write: 'the exit of ..., when ... exits',
    wrong: ['at the end of the program'],
  },
  { avoid: /\bto be had\b/, write: 'available', wrong: ['the image is not to be had'] },
  {
    avoid: /(?<!\bif \w+ )\b(is|are|was|were) to be\b/,
    write: 'visible, expected, should be, must be',
    wrong: ['what is to be seen', 'it was to\nbe deleted'],
    right: ['it has to be found in one step', 'if it is to be useful'],
  },
  {
    avoid: /\b(it|that|which|who|they) (is|was|are|were) there\b(?! to\b)/,
    write: 'exists, already exists, is running',
    wrong: ['a queue that is there', 'it is there with other arguments'],
    right: ['a comment that is there to explain it'],
  },
  {
    avoid: /\bthere with (other|different) /,
    write: 'already exists with different ...',
    wrong: ['queue "hello" is there with other arguments'],
  },
  {
    avoid: /\b(that|all) there (is|are|was|were)\b(?! (a|an|no|nothing|some)\b)/,
    write: 'existing, every ...',
    wrong: ['the queues that there are', 'a field that there is not', 'it compares all there is'],
    right: ['it says that there is no queue'],
  },
  {
    avoid: /\bthat is none\b|\b(is|was) none that\b/,
    write: 'that is not a ..., not',
    wrong: ['a body that is none', 'its end was none that was expected'],
  },
  {
    avoid:
      /(?<!\bthere )\b(is|are|was|were) no (?!(longer|more|match|different|better|worse|good|one|way|need|such)\b|\w+er than\b)/,
    write: 'is not a ...',
    wrong: ['a name that is no string', 'they are no exceptions'],
    right: ['there is no queue', 'it is no longer open', 'frames that are no larger than that'],
  },
  {
    avoid: /\bdo(es)? not allow it\b/,
    write: 'permission denied',
    wrong: ['the broker does not allow it'],
  },
  {
    avoid: /\bend(s|ed|ing)? with (exit )?(code )?(\d|\$\{[\w.]*code)/,
    write: 'exits with code ...',
    wrong: ['it ends with 1', 'ended with exit code 3', 'it ended with ${code}'],
    right: ['ends with a line break'],
  },
  {
    avoid: /\b(is|are|be|was|were|too|so|very|as|not) dear\b|\bdearer\b/,
    write: 'expensive',
    wrong: ['whose garbage is dear', 'a full one is dearer'],
    right: ['Dear John'],
  },
  {
    avoid: /(?<!\b(as|wait|except) )\bfor (now|the time being)\b/,
    write: 'currently, until ...',
    wrong: ['in memory for now', 'for the time being it is refused'],
  },
  {
    avoid:
      /\bone (?!(is|was|has|had|of|for|in|on|at|with|without|that|as|to|by|lets|gets|like|time|thing|such|but|when)\b)\w+ an? \w+/,
    write: 'one ... per ...',
    wrong: ['one line a message', 'one package\n * a pattern', 'one second a dot'],
    right: ['the one with an event loop', 'one thing a confirm does not cover'],
  },
  {
    avoid: /\ban? \w+ each\b(?! (time|of)\b)/,
    write: 'one per ..., each ... has a ...',
    wrong: ['a lesson each', 'publishes a message\neach'],
    right: ['it sends a message each time'],
  },
  {
    avoid: /\bso many\b(?![^.]{0,80}\bthat\b|[^.]{0,40}\?)/,
    write: '`count` messages, that many',
    wrong: ['waits for so many lines', 'one round with so many messages.'],
    right: ['so many bindings that it takes minutes', 'Why so many channels?'],
  },
  { avoid: /\bin vain\b/, write: 'timed out', wrong: ['waited in vain for the line'] },
  { avoid: /\banew\b/, write: 'again', wrong: ['publishes it anew'] },
  { avoid: /\bonce more\b/, write: 'again', wrong: ['once more to stop'] },
  {
    avoid:
      /\b(is|are|was|were|take|takes|read|publishes|consumes|when) no more\b(?! (than|of)\b| \w+s\b)/,
    write: 'no longer, nothing else',
    wrong: ['it is read no more', 'it takes no more.'],
    right: ['it takes no more than that', 'it gets no more deliveries'],
  },
  {
    avoid: /\b(a|one|two|three) (message|header|byte|word|line|queue|time) more\b/,
    write: 'one more ...',
    wrong: ['a message with a header more'],
  },
  {
    avoid: /\bof (ours|yours|theirs)\b|\bof (one|an?( \w+){1,2}|the \w+)'s own\b/,
    write: 'our own, your own, its own',
    wrong: ['a broker of yours', "of a test's own", "a certificate of one's own"],
    right: ["the broker's own nack"],
  },
  {
    avoid: /\b(that|which) (is|are) (ours|yours|theirs)\b/,
    write: 'our ..., your ..., their ...',
    wrong: ['it never takes messages that are yours'],
  },
  {
    avoid: /\bany more\b(?! (than\b|of\b|\w+s\b))/,
    write: 'no longer',
    wrong: ['nobody waits any more'],
  },
  {
    avoid: /\b(who|what) listens\b/,
    write: 'subscribers, consumers, the server',
    wrong: ['to everybody who listens', 'what listens on 5672'],
  },
  {
    avoid: /\b(what|as|where|how|if|than) one (can|may|must|has|wants)\b/,
    write: 'you can',
    wrong: ['twice is what one can live with'],
  },
  {
    avoid: /\b(for|of|to|by) no (queue|exchange|consumer|message)s?\b/,
    write: 'no queue matched, no consumer ...',
    wrong: ['the message was for no queue', 'copied it to all of no queues'],
  },
  {
    avoid: /\b(come|comes|came) again\b/,
    write: 'is redelivered, arrives again',
    wrong: ['it comes again after its delay'],
  },
  {
    avoid: /\b(knows?|says?|keeps?|does|do|understands?) nothing of\b/,
    write: 'knows nothing about, does not ...',
    wrong: ['the producer knows nothing of it'],
  },
  { avoid: /\bunder way\b/, write: 'in progress, in flight', wrong: ['64 calls under way'] },
  {
    avoid: /\b(stand|stands|stood) (in(?! for)|before|behind|below|between|under|there|together)\b/,
    write: 'is, is written, precedes, follows',
    wrong: ['the name stands in the certificate', 'what stands before the @'],
    right: ['`*` stands for one word', 'a fake that stands in for the broker'],
  },
  { avoid: /\b(lie|lies|lay) (in|below|under|there)\b/, write: 'is in', wrong: ['it lies in src'] },
  { avoid: /\bpatience\b/, write: 'timeout', wrong: ['the broker lost patience'] },
  { avoid: /\baffairs?\b/, write: 'concern, responsibility', wrong: ["it is the shell's affair"] },
  { avoid: /\bfellows?\b/, write: 'peers, other nodes', wrong: ['cut off from its fellows'] },
  { avoid: /\bowe[ds]?\b/, write: 'must do, is expected to do', wrong: ['what a broker owes'] },
  { avoid: /\bsees? to it\b/, write: 'makes sure', wrong: ['the client sees to it that'] },
  { avoid: /\bcomes? about\b/, write: 'happens', wrong: ['no connection comes about'] },
  { avoid: /\bat hand\b/, write: 'available, ready', wrong: ['with its output at hand'] },
  { avoid: /\bin (its|their|his) stead\b/, write: 'instead', wrong: ['it answers in its stead'] },
  { avoid: /\bway round\b/, write: 'the other way around', wrong: ['and the other way round'] },
  { avoid: /\bbut for\b/, write: 'except for', wrong: ['all but for the last'] },
  {
    avoid: /\b(is|are|was|were) meant\b(?! (to|for|as|by)\b)/,
    write: 'intended, in question',
    wrong: ['The order is meant.', 'the queue that is meant'],
    right: ['it is meant for tests'],
  },
  {
    avoid: /, please\b|\bplease(?=[.,;)])/,
    write: 'the imperative alone',
    wrong: ['an empty one, please', 'on a quiet machine, please.'],
  },
  { avoid: /\bshall\b/, write: 'must, will, should', wrong: ['no disk shall be waited for'] },
  {
    avoid: /\b(lest|whence|thence|hereby|thereof|wherein|albeit|thrice)\b/,
    write: 'a word of this century',
    wrong: ['lest it be lost'],
  },
  { avoid: /\bthousand million\b/, write: 'billion', wrong: ['a thousand million'] },
  {
    avoid: /\bg(ive|ives|ave|iven|iving) back\b/,
    write: 'return, requeue',
    wrong: ['it gives back the message'],
  },
  {
    avoid: /\bhand(s|ed|ing)? (out|over)\b/,
    write: 'deliver, pass',
    wrong: ['a message that was handed out'],
  },
]
