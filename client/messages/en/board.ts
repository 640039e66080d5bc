export const board = {
  board: {},
};
