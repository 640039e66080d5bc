-- The words of concepts. Prefix indexes up to six letters: without them a short beginning of a word, as typed, would
-- be gathered from every word that begins with it.
CREATE VIRTUAL TABLE `concept_words` USING fts5(
  display,
  also,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '1 2 3 4 5 6'
);
