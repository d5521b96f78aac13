{{- define "dask.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "dask.fullname" -}}
{{- $name := include "dask.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a selector goes by; takes (dict "root" $ "component" "worker"), as all that follow. */}}
{{- define "dask.selectorLabels" -}}
app: {{ include "dask.name" .root }}
release: {{ .root.Release.Name }}
component: {{ .component }}
{{- end -}}

{{- define "dask.labels" -}}
{{ include "dask.selectorLabels" . }}
heritage: {{ .root.Release.Service }}
chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "dask.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{/* Of pods: nothing that changes with the chart alone, or each upgrade would start them anew. */}}
{{- define "dask.podLabels" -}}
{{ include "dask.selectorLabels" . }}
app.kubernetes.io/name: {{ include "dask.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "dask.image" -}}
{{- $image := (index .root.Values .component).image -}}
{{- printf "%s:%s" $image.repository (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}

{{/* Where a pod may run, and what it may not do: nothing of Dask needs root. */}}
{{- define "dask.podSettings" -}}
{{- $values := index .root.Values .component -}}
# A Service's address as DASK_SCHEDULER_PORT would be read as Dask's own configuration.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 100
  fsGroup: 100
  seccompProfile: { type: RuntimeDefault }
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "dask.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "dask.schedulerAddress" -}}
{{- printf "%s-%s:%v" (include "dask.fullname" .) .Values.scheduler.name .Values.scheduler.servicePort -}}
{{- end -}}

{{/* Whole threads of a CPU limit: 500m and 1 are one, 1.5 and 1500m are two. */}}
{{- define "dask.workerThreads" -}}
{{- $cpu := .Values.worker.resources.limits.cpu | toString -}}
{{- if .Values.worker.threads_per_worker -}}
{{- .Values.worker.threads_per_worker -}}
{{- else if hasSuffix "m" $cpu -}}
{{- max 1 (div (add (trimSuffix "m" $cpu | int) 999) 1000) -}}
{{- else -}}
{{- max 1 (ceil (float64 $cpu) | int) -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes writes 384Mi, Dask 384MiB. */}}
{{- define "dask.workerMemory" -}}
{{- $memory := .Values.worker.resources.limits.memory | toString -}}
{{- if regexMatch "[A-Za-z]$" $memory -}}{{ printf "%sB" $memory }}{{- else -}}{{ $memory }}{{- end -}}
{{- end -}}

{{- define "dask.jupyterSecret" -}}
{{- default (printf "%s-%s" (include "dask.fullname" .) .Values.jupyter.name) .Values.jupyter.existingSecret -}}
{{- end -}}

{{- define "dask.jupyterServiceAccount" -}}
{{- default (printf "%s-%s" (include "dask.fullname" .) .Values.jupyter.name) .Values.jupyter.serviceAccountName -}}
{{- end -}}

{{/* Takes (dict "root" $ "component" "jupyter" "ingress" … "service" … "port" …). */}}
{{- define "dask.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .service }}
  labels:
    {{- include "dask.labels" . | nindent 4 }}
  {{- with .ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .ingress.ingressClassName }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if .ingress.tls }}
  tls:
    - hosts: [{{ .ingress.hostname | quote }}]
      secretName: {{ .ingress.secretName }}
  {{- end }}
  rules:
    - host: {{ .ingress.hostname | quote }}
      http:
        paths:
          - path: {{ .ingress.path }}
            pathType: {{ .ingress.pathType }}
            backend:
              service:
                name: {{ .service }}
                port:
                  name: {{ .port }}
{{- end -}}
