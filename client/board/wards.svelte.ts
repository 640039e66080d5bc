/** The ward this person looked at last: where "back" leads from a chart. */
class Wards {
  lastId = $state<string | null>(null);
}

export const wards = new Wards();
