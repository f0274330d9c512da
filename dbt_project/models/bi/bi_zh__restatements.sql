{{ config(alias='改动清单', schema='zh') }}

{{ readable('mart_restatements', 'zh') }}
