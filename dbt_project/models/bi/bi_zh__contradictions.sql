{{ config(alias='矛盾清单', schema='zh') }}

{{ readable('mart_contradictions', 'zh') }}
