{{ config(alias='覆盖情况', schema='zh') }}

{{ readable('mart_coverage', 'zh') }}
