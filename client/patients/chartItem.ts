import type { ChartItem } from '../../shared/patients/chartViews.ts';
import { paths } from '../routes.ts';

/** Where something of a chart is shown. */
export function placeOf(patientId: string, item: ChartItem): string {
  const reference = `${item.type}/${item.id}`;
  switch (item.lane) {
    case 'encounters':
      return paths.encounter(item.id);
    case 'documents':
      return paths.chart(patientId, 'documents', reference);
    case 'results':
      return paths.chart(patientId, 'results', item.code);
    default:
      return paths.chart(patientId, null);
  }
}
