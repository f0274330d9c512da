{{ config(alias='Metrics', schema='en') }}

{{ readable('dim_metric', 'en') }}
