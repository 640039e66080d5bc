export interface OpenChart {
  patientId: string;
  family: string;
  name: string;
  bed: string | null;
  /** Where in this chart its reader was last. */
  path: string;
}

const most = 4;

/** The charts that stand open in the app bar. Kept in memory alone: no name of a patient stays on the device. */
class Charts {
  open = $state<OpenChart[]>([]);
  /** Patient ids, the latest looked at last. */
  private used: string[] = [];

  /** Brings a chart to the front. Returns the chart that had to make room, if any. */
  show(chart: OpenChart): OpenChart | null {
    // What stands there was filed to this patient: under the name of the one before it would be the wrong chart.
    const { patientId, path } = chart;
    const wrong = this.open.find((each) => each.path === path && each.patientId !== patientId);
    if (wrong) this.close(wrong.patientId);
    this.used = [...this.used.filter((id) => id !== chart.patientId), chart.patientId];
    const at = this.open.findIndex((each) => each.patientId === chart.patientId);
    if (at >= 0) {
      this.open[at] = chart;
      return null;
    }
    this.open.push(chart);
    if (this.open.length <= most) return null;
    const oldest = this.open.find((each) => each.patientId === this.used[0]) ?? null;
    if (oldest) this.close(oldest.patientId);
    return oldest;
  }

  close(patientId: string): void {
    this.open = this.open.filter((each) => each.patientId !== patientId);
    this.used = this.used.filter((id) => id !== patientId);
  }

  clear(): void {
    this.open = [];
    this.used = [];
  }
}

export const charts = new Charts();
