{{ config(alias='学校年度概览', schema='zh') }}

{{ readable('mart_school_year', 'zh') }}
