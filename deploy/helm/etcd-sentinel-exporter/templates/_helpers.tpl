{{/* Labels that Helm adds to each object. Not on pods: a new version of the chart alone restarts none. */}}
{{- define "sentinel.helmLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The names are fixed, as alerts, dashboards and documents have them: the exporter uses a port of the node, so a
     cluster has one release. */}}
{{- define "sentinel.podLabels" -}}
app.kubernetes.io/name: control-plane-sentinel
app.kubernetes.io/part-of: control-plane-sentinel
{{- end }}

{{- define "sentinel.labels" -}}
{{ include "sentinel.podLabels" . }}
{{ include "sentinel.helmLabels" . }}
{{- end }}

{{- define "sentinel.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* Image of a container, and when it is pulled. */}}
{{- define "sentinel.containerImage" -}}
image: {{ include "sentinel.image" . }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- end }}

{{/* What all pods have. */}}
{{- define "sentinel.pod" -}}
enableServiceLinks: false
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where the pods of DaemonSets run. */}}
{{- define "sentinel.nodes" -}}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      {{- range .Values.nodeRoles }}
      - matchExpressions: [{key: {{ . }}, operator: Exists}]
      {{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
{{- toYaml . | nindent 0 }}
{{- end }}
priorityClassName: {{ .Values.priorityClassName }}
dnsPolicy: Default
terminationGracePeriodSeconds: 10
{{- if .Values.securityContextConstraint }}
serviceAccountName: control-plane-sentinel
{{- end }}
{{- end }}

{{/* Settings as environment variables: a dict of keys and values, sorted. */}}
{{- define "sentinel.env" -}}
{{- range $key, $value := . }}
- name: ETCDSENTINEL_{{ $key | replace "." "_" | replace "-" "_" | upper }}
  value: {{ if kindIs "slice" $value }}{{ join " " $value | quote }}{{ else if kindIs "float64" $value }}{{ int64 $value | toString | quote }}{{ else }}{{ toString $value | quote }}{{ end }}
{{- end }}
{{- end }}

{{/* Combinations that no template can make. */}}
{{- define "sentinel.check" -}}
{{- with .Values }}
{{- if and .externalEtcd.enabled (not .externalEtcd.endpoints) }}
{{- fail "externalEtcd.endpoints is empty: name the client URL of each member, such as https://10.0.0.1:2379" }}
{{- end }}
{{- if and .externalEtcd.enabled (eq .monitor.kind "pod") }}
{{- fail "monitor.kind=pod does not work with externalEtcd.enabled: use monitor.kind=service" }}
{{- end }}
{{- if and .externalEtcd.enabled .tls.enabled }}
{{- fail "tls.enabled does not work with externalEtcd.enabled: its pod would stay without TLS" }}
{{- end }}
{{- if and .hideCaKeys (not .node.caKeys) }}
{{- fail "hideCaKeys=true does nothing here: node.caKeys is empty" }}
{{- end }}
{{- end }}
{{- end }}
