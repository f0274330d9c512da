{{ config(alias='区县趋势', schema='zh') }}

{{ readable('mart_district_trends', 'zh') }}
