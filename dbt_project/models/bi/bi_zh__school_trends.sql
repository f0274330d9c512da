{{ config(alias='学校趋势', schema='zh') }}

{{ readable('mart_school_trends', 'zh') }}
