import type { DashboardView, SecretRow } from '../../../../plugin/controller/dashboard/dashboard-view.ts'

export const NOW = Date.UTC(2026, 0, 2, 12)

/** A row that is well, but for what is given. */
export function secretRow(row: Partial<SecretRow> & Pick<SecretRow, 'name'>): SecretRow {
  return {
    namespace: 'shop',
    target: row.name,
    state: 'synced',
    isPartial: false,
    reason: 'secret synced',
    sources: [{ store: 'SecretStore shop/aws', key: `team-a/${row.name}`, version: 'v1' }],
    changedAt: NOW - 3 * 3_600_000,
    refreshedAt: NOW - 60_000,
    nextCheckAt: NOW + 120_000,
    isTold: false,
    applications: [],
    ...row,
  }
}

export function dashboardView(view: Partial<DashboardView> = {}): DashboardView {
  return { at: NOW, stores: [], secrets: [], applications: [], pauses: [], ...view }
}
