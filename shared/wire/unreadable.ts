/** Of an answer that lacks what is damaged on record: which resources, as `Type/id`, separated by commas. */
export const unreadableHeader = 'Cochart-Unreadable';
