{{ config(alias='数据质量', schema='zh') }}

{{ readable('mart_data_quality', 'zh') }}
