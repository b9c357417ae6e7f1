// Grafana's own types of what the dashboards use: the properties of each kind of panel; any other one is an error.
import type { AnnotationQuery, BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, Dashboard, DashboardLink,
  FieldConfig, GraphFieldConfig, OptionsWithLegend, OptionsWithTooltip, Panel, TableCellHeight, TableSortByFieldState, VariableModel,
  VisibilityMode, VizOrientation } from '@grafana/schema';

// A file says "stacked", a type says StackingMode.Normal: enums count by their values, however deep.
type Loose<T> = T extends string ? `${T}` : T extends number ? (number extends T ? number : `${T}` extends `${infer N extends number}` ? N : T)
  : T extends (infer U)[] ? Loose<U>[] : T extends object ? { [K in keyof T]: Loose<T[K]> } : T;
type Target = { refId: string; datasource: { type: string; uid: string }; editorMode: string; expr: string;
  legendFormat: string; instant: boolean; range: boolean; format: 'table' | 'time_series' };
type Of<Kind extends string, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'links'> & {
  type: Kind; title: string; description: string; options: Options; targets: Target[]; links: DashboardLink[];
  fieldConfig: { defaults: Omit<FieldConfig, 'custom'> & { unit: string; custom: Custom };
    overrides: { matcher: { id: string; options: string }; properties: { id: string; value?: unknown }[] }[] } };
type Cell = { align: string; cellOptions: { type: string; mode?: string }; inspect: boolean; filterable: boolean };
type Table = Of<'table', { showHeader: boolean; cellHeight: TableCellHeight; sortBy: TableSortByFieldState[];
  footer: { show: boolean; reducer: string[]; countRows: boolean; fields: string } }, Cell>;
type Graph = Of<'timeseries', OptionsWithLegend & OptionsWithTooltip, GraphFieldConfig>;
type States = Of<'state-timeline', OptionsWithLegend & OptionsWithTooltip & { mergeValues: boolean; showValue: VisibilityMode;
  alignValue: string; rowHeight: number }, { fillOpacity: number; lineWidth: number }>;
type Stat = Omit<Of<'stat', { reduceOptions: { calcs: string[]; fields: string; values: boolean }; orientation: VizOrientation;
  textMode: BigValueTextMode; colorMode: BigValueColorMode; graphMode: BigValueGraphMode; justifyMode: BigValueJustifyMode }, never>,
  'fieldConfig'> & { fieldConfig: { defaults: Omit<FieldConfig, 'custom'> & { unit: string }; overrides: never[] } };
// Prometheus keeps its part of an annotation beside that of all sources.
type Firing = AnnotationQuery & { expr: string; titleFormat: string; step: string; useValueForTime: boolean };
type Ours = Omit<Dashboard, 'annotations' | 'panels' | 'templating'> & { annotations: { list: Firing[] }; uid: string; panels: (Table | Graph | Stat | States)[];
  templating: { list: VariableModel[] } };
