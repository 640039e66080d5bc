export const chart = {
  chart: {},
};
