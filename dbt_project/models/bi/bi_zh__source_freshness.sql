{{ config(alias='来源新鲜度', schema='zh') }}

{{ readable('mart_source_freshness', 'zh') }}
