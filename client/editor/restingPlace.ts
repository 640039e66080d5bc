interface Where {
  near: boolean;
  /** I have been in it: my undo, my selection and what looks for my last place live in its editor. */
  entered: boolean;
  /** Something of it is selected, also by who cannot write. */
  selected: boolean;
}

/**
 * Whether a body has an editor. Each one takes its part of every change that others make, so a long note has them where
 * I look and where I write; elsewhere its text rests.
 */
export const hasEditor = (had: boolean, { near, entered, selected }: Where): boolean =>
  near || entered || (had && selected);
