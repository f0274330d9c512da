{{ config(alias='指标', schema='zh') }}

{{ readable('dim_metric', 'zh') }}
