/**
 * For buttons whose place another one takes as soon as they are pressed: the second click of a double click was not meant
 * for that one.
 */
export const firstPress =
  (run: () => void) =>
  ({ detail }: MouseEvent): void => {
    if (detail < 2) run();
  };
