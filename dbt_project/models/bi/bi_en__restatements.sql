{{ config(alias='Restatements', schema='en') }}

{{ readable('mart_restatements', 'en') }}
