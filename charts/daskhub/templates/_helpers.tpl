{{- define "daskhub.gateway" -}}
{{- if contains "dask-gateway" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-dask-gateway" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "daskhub.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version -}}
{{- end -}}

{{- /* Labels of an object. Called with the list of the root and the component. */ -}}
{{- define "daskhub.labels" -}}
{{- $root := index . 0 -}}
{{ include "daskhub.selector" . }}
app.kubernetes.io/part-of: daskhub
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ include "daskhub.chart" $root }}
{{- end -}}

{{- define "daskhub.selector" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $gateway := has $component (list "api" "controller" "traefik") -}}
app: {{ ternary "dask-gateway" "jupyterhub" $gateway }}
release: {{ $root.Release.Name }}
component: {{ $component }}
app.kubernetes.io/name: {{ ternary "dask-gateway" "jupyterhub" $gateway }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ $component }}
{{- end -}}

{{- define "daskhub.image" -}}
{{- printf "%s:%s" .name (toString .tag) -}}
{{- end -}}

{{- /* Of a pod whose image sets a user who is not root. */ -}}
{{- define "daskhub.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "daskhub.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}
