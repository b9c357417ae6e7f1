{{/* A number where it stands alone: in no name, range or duration. */}}
{{- define "sentinel.number" -}}
(^|[^\w.\[]){{ regexQuoteMeta . }}($|[^\w.])
{{- end }}

{{/* The table of changed alerts, read as scripts/change-rules reads it: alert → list of changes. All complaints at once.
     Takes the table, and the expressions of all alerts. */}}
{{- define "sentinel.changes" -}}
{{- $values := dict "for" "^[0-9]+[smhd]$" "severity" "^(critical|warning|info)$" "threshold" "^[0-9]+([.][0-9]+)? [0-9]+([.][0-9]+)?$" "drop" "^$" }}
{{- $changes := dict }}
{{- $complaints := list }}
{{- range $index, $line := splitList "\n" .table }}
{{- $words := without (regexSplit "\\s+" (regexReplaceAll "#.*" $line "") -1) "" }}
{{- if $words }}
{{- $name := first $words }}
{{- $what := index (append $words "") 1 }}
{{- $value := join " " (slice (concat $words (list "" "")) 2 (max 2 (len $words))) }}
{{- if not (hasKey $.expressions $name) }}
{{- $complaints = append $complaints (printf "rules.changes:%d: there is no alert %s; docs/alerts.md lists all" (add1 $index) $name) }}
{{- else if not (and (hasKey $values $what) (regexMatch (get $values $what | default "^$") $value)) }}
{{- $complaints = append $complaints (printf "rules.changes:%d: write 'for 20m', 'severity info', 'threshold 0.8 0.7' or 'drop' after %s" (add1 $index) $name) }}
{{- else if and (eq $what "threshold") (not (regexMatch (include "sentinel.number" (first (splitList " " $value))) (get $.expressions $name))) }}
{{- $complaints = append $complaints (printf "rules.changes:%d: the expression of %s has no number %s" (add1 $index) $name (first (splitList " " $value))) }}
{{- else }}
{{- $_ := set $changes $name (append (get $changes $name | default list) (dict "what" $what "value" $value)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if $complaints }}
{{- fail (printf "\n%s" (join "\n" $complaints)) }}
{{- end }}
{{- toYaml $changes }}
{{- end }}
