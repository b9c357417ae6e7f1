{{/* A text in which the label cluster has the name `rules.clusterLabel`, as scripts/change-rules --cluster-label writes it.
     Takes the label, the text, and if the text is a dashboard. */}}
{{- define "sentinel.clusterLabel" -}}
{{- $text := .text }}
{{- if ne .label "cluster" }}
{{- if regexMatch (printf `[({,]\s*%s\s*[,)=!]` .label) $text }}
{{- fail (printf "rules.clusterLabel: the label %s is already used by the rules" .label) }}
{{- end }}
{{- $patterns := list `([({,\[\x60']\s*)cluster(\s*[,)\]=!])` `\b((?:labels|externalLabels|fields)[.])cluster\b()` }}
{{- if .isDashboard }}
{{- $patterns = concat $patterns (list `([{][{]\s*)cluster(\s*[}][}])` `([\[,]\s*")cluster("\s*[,\]])` `([{,]\s*")cluster("\s*:)` `("(?:options|fieldName|byField|field|id)"\s*:\s*")cluster(")`) }}
{{- end }}
{{- range $patterns }}
{{- $text = regexReplaceAll . $text (printf "${1}%s${2}" $.label) }}
{{- end }}
{{- end }}
{{- $text }}
{{- end }}
