{{ config(alias='学校', schema='zh') }}

{{ readable('dim_school', 'zh') }}
