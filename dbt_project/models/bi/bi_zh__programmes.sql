{{ config(alias='专业动态', schema='zh') }}

{{ readable('mart_programmes', 'zh') }}
